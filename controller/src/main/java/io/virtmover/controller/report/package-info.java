// SPDX-License-Identifier: Apache-2.0
/** What users see: status, events, metrics. */
@NullMarked
package io.virtmover.controller.report;

import org.jspecify.annotations.NullMarked;
