package io.walferry.job.model;

/**
 * The stable hash that gives a key its key group: FNV-1a over the key columns' text bytes, each followed by its length,
 * then a final mix. Progress at the target is stored by key group, so this is part of the stored format and never changes.
 */
public final class KeyHash {

    private static final int PRIME = 0x01000193;

    private int state;

    public KeyHash reset() {
        state = 0x811C9DC5;
        return this;
    }

    public KeyHash add(byte[] bytes, int offset, int length) {
        int hash = state;
        for (int i = offset, to = offset + length; i < to; i++) {
            hash = (hash ^ (bytes[i] & 0xFF)) * PRIME;
        }
        state = (hash ^ length) * PRIME;
        return this;
    }

    /** A number from 0 to {@code keyGroups - 1}. */
    public int keyGroup(int keyGroups) {
        int hash = state;
        hash ^= hash >>> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >>> 13;
        hash *= 0xC2B2AE35;
        hash ^= hash >>> 16;
        return Integer.remainderUnsigned(hash, keyGroups);
    }
}
