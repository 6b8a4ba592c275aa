package io.walferry.job.config;

import java.io.Serializable;

/** One database and how to log in to it. */
public record Endpoint(String hostname, int port, String database, String username, Secret password, SslConfig ssl)
        implements Serializable {

    /** For people: {@code host:port/database}. */
    public String address() {
        return hostname + ":" + port + "/" + database;
    }
}
