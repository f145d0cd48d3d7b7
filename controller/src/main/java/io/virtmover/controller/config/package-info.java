// SPDX-License-Identifier: Apache-2.0
/** Settings, checked when the controller starts. */
@NullMarked
package io.virtmover.controller.config;

import org.jspecify.annotations.NullMarked;
