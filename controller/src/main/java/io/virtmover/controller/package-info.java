// SPDX-License-Identifier: Apache-2.0
/** The operator. */
@NullMarked
package io.virtmover.controller;

import org.jspecify.annotations.NullMarked;
