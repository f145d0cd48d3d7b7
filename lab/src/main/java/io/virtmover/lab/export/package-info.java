// SPDX-License-Identifier: Apache-2.0
/**
 * A stand-in for KubeVirt's backup export server, to the byte of its recorded answers, with its
 * faults behind switches.
 */
@NullMarked
package io.virtmover.lab.export;

import org.jspecify.annotations.NullMarked;
