// SPDX-License-Identifier: Apache-2.0
/**
 * A client of KubeVirt's backup export server: the {@code map} and {@code data} endpoints of a
 * volume, read in ranges that are counted and checked (KubeVirt, virt-exportserver; the facts and
 * traps are in docs/export-endpoints.md).
 */
@NullMarked
package io.virtmover.agent.export;

import org.jspecify.annotations.NullMarked;
