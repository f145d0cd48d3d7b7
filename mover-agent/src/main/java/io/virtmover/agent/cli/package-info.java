// SPDX-License-Identifier: Apache-2.0
/** The commands people and pods run. They read words, call one job, and report in words or JSON. */
@NullMarked
package io.virtmover.agent.cli;

import org.jspecify.annotations.NullMarked;
