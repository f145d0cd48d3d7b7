// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

/**
 * A claim in Velero's namespace that a mover works on.
 *
 * @param path where the file system is mounted, or the device lies
 */
public record MoverVolume(String claim, String path, boolean isBlock, boolean isReadOnly) {}
