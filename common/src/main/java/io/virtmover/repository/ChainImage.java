// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

/** One image of a disk's chain, and the checkpoint it belongs to. */
public record ChainImage(CheckpointEntry checkpoint, ImageFile file) {}
