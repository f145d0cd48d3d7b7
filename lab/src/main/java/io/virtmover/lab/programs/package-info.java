// SPDX-License-Identifier: Apache-2.0
/**
 * The scripts of the repository and the programs they build, as the Java side of the laboratory
 * finds them. Nothing else knows where a build lies.
 */
@NullMarked
package io.virtmover.lab.programs;

import org.jspecify.annotations.NullMarked;
