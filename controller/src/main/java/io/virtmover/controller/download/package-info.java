// SPDX-License-Identifier: Apache-2.0
/** DataDownload: observe, classify, decide, act. */
@NullMarked
package io.virtmover.controller.download;

import org.jspecify.annotations.NullMarked;
