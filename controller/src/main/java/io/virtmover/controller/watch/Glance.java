// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import java.util.Optional;

/**
 * What is known of a request by those who serve it, for those who only look.
 *
 * @param vm in its namespace at backup time; empty where the request names none
 * @param type of a backup, once it is decided
 * @param reason why a backup is a full
 * @param isPull of a backup that is under way: whether blocks are pulled, and not pushed
 * @param progress the latest report of the mover, else what the status has
 * @param message what the status tells besides all this; empty where that is nothing, or outdated
 */
public record Glance(
    Optional<VmRef> vm,
    Optional<BackupType> type,
    Optional<FullReason> reason,
    Optional<Boolean> isPull,
    Optional<TransferStatus.Progress> progress,
    String message) {}
