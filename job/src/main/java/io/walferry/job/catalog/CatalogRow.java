package io.walferry.job.catalog;

import java.sql.SQLException;
import java.util.List;

/** A row of the answer to a {@link CatalogQuery}. Columns count from 1. */
interface CatalogRow {

    /** {@code null} if it is NULL. */
    String getString(int column) throws SQLException;

    /** 0 if it is NULL. */
    long getLong(int column) throws SQLException;

    /** 0 if it is NULL. */
    int getInt(int column) throws SQLException;

    /** {@code false} if it is NULL. */
    boolean getBoolean(int column) throws SQLException;

    /** A {@code text[]}; empty if it is NULL. */
    List<String> getTexts(int column) throws SQLException;
}
