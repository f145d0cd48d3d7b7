// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

/**
 * One run of a program, with all it started.
 *
 * @param wall seconds from its start to its end
 * @param cpu seconds of user and system time
 * @param memory bytes, the most anonymous memory that was seen, once a few milliseconds
 * @param scratch bytes, the most that lay in its temporary folder
 * @param servers seconds of CPU time of what runs in the harness meanwhile: the exporter, and the
 *     looking
 * @param store what the S3 server counted meanwhile
 * @param firstRequest seconds from its start to the first request that the S3 server saw; negative
 *     without one
 */
record Measurement(
    double wall,
    double cpu,
    long memory,
    long scratch,
    double servers,
    BenchStore.Counters store,
    double firstRequest) {}
