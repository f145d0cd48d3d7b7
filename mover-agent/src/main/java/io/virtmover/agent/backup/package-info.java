// SPDX-License-Identifier: Apache-2.0
/**
 * The backup pipeline: a disk's changed clusters become one qcow2 object, read and sent at once.
 */
@NullMarked
package io.virtmover.agent.backup;

import org.jspecify.annotations.NullMarked;
