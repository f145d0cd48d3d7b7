// SPDX-License-Identifier: Apache-2.0
/**
 * The format in the bucket (docs/repository-format.md): keys, the VM's index, checkpoint records
 * and manifests, and the order in which they are written and read. Shared with the Go data mover:
 * what it writes can be read, what is written here it can read.
 */
@NullMarked
package io.virtmover.repository;

import org.jspecify.annotations.NullMarked;
