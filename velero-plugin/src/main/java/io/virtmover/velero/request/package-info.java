// SPDX-License-Identifier: Apache-2.0
/** Velero's DataUploads and DataDownloads as the plugin makes them, follows them and stops them. */
@NullMarked
package io.virtmover.velero.request;

import org.jspecify.annotations.NullMarked;
