// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics of our own. Their labels are closed sets, except that a VM can have a series of its own
 * where the settings say so. docs/operations.md has the table, which a test makes.
 */
@NullMarked
package io.virtmover.controller.metrics;

import org.jspecify.annotations.NullMarked;
