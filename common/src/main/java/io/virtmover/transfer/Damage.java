// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import java.util.List;
import java.util.OptionalLong;

/**
 * Something in the bucket that is not what was stored there.
 *
 * @param disk the volume's name
 * @param object key of the object
 * @param objectOffset first byte concerned
 * @param guestOffset first guest byte concerned; empty if it is not about one place of the disk
 * @param what one line for people
 * @param backups the restore points that need it
 */
public record Damage(
    String disk,
    String object,
    long objectOffset,
    OptionalLong guestOffset,
    String what,
    List<String> backups) {}
