// SPDX-License-Identifier: Apache-2.0
/** DataUpload: observe, classify, decide, act. */
@NullMarked
package io.virtmover.controller.upload;

import org.jspecify.annotations.NullMarked;
