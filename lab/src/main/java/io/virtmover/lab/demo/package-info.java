// SPDX-License-Identifier: Apache-2.0
/** The main job from beginning to end on this machine: what {@code ./demo} runs. */
@NullMarked
package io.virtmover.lab.demo;

import org.jspecify.annotations.NullMarked;
