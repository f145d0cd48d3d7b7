// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.velero.item.Item;
import java.util.Optional;

/**
 * What a guest keeps besides its disks: its TPM and its EFI variables, where they are persistent.
 * It lies on the same claim as what KubeVirt needs to track changed blocks, which every tracked VM
 * has and which is worth nothing in a backup.
 */
public final class GuestState {
  private GuestState() {}

  /**
   * Whether a VM has such state, or may have it.
   *
   * @param instance the VM's, in which what a preference says is resolved
   */
  public static boolean isKept(Item vm, Optional<Item> instance) {
    return instance
        .map(running -> isKept(running.spec().path("domain")))
        .orElseGet(
            () ->
                vm.spec().has(Belongings.Matcher.PREFERENCE.field())
                    || isKept(vm.spec().path("template").path("spec").path("domain")));
  }

  private static boolean isKept(JsonNode domain) {
    return domain.at("/devices/tpm/persistent").asBoolean()
        || domain.at("/firmware/bootloader/efi/persistent").asBoolean();
  }
}
