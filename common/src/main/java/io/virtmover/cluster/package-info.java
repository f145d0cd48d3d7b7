// SPDX-License-Identifier: Apache-2.0
/**
 * KubeVirt's objects as a client reads them: what the versions of its API say in different words is
 * one thing here. And what the Velero plugin and the controller tell each other by objects of
 * Velero: keys, names, {@code snapshotID}.
 */
@NullMarked
package io.virtmover.cluster;

import org.jspecify.annotations.NullMarked;
