package io.walferry.job.config;

import java.io.Serializable;

/**
 * What a task does before it follows changes.
 *
 * @param schema create the tables; else they have to be there
 * @param load bring the rows that are there; else the changes begin where the slot does, and nothing before it is moved
 */
public record PhasesConfig(boolean schema, boolean load) implements Serializable {
    public static final PhasesConfig ALL = new PhasesConfig(true, true);
}
