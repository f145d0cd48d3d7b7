// SPDX-License-Identifier: Apache-2.0
/**
 * KubeVirt's objects as a client reads them: what the versions of its API say in different words is
 * one thing here.
 */
@NullMarked
package io.virtmover.cluster;

import org.jspecify.annotations.NullMarked;
