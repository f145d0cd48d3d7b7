// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/** What a mover is asked to do: exactly one of these. */
public sealed interface Task permits BackUp, Restore, Verify {}
