// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import java.util.Optional;

/**
 * A verification of restore points where they lie.
 *
 * @param backup one restore point; empty: all of the VM's
 * @param volume one disk; empty: all
 */
public record Verify(Optional<BackupName> backup, Optional<VolumeName> volume, Subset subset)
    implements Task {}
