// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

/**
 * A part the store has accepted. {@code number} counts from 1; {@code checksum} is the value of the
 * store's checksum header for the part (base64), empty where the store or the location uses none.
 */
public record UploadedPart(int number, long size, String etag, String checksum) {}
