// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.junit.LabNamespace;
import org.junit.jupiter.api.Test;

/** What goes wrong with the store in the middle of a backup: each ends as promised. */
@OnProduct
class StoreFaultsIT {
  private static final String FIRST = "Full backup (FirstBackup).";

  @Test
  void aBucketThatIsFullIsWaitedForUntilSomebodyMakesRoom(
      LabNamespace lab, InstalledProduct product) {
    // given
    var vm = BackedUpVm.withData(lab, product);
    var name = lab.name();
    lab.smallBucket(name, "24m");
    try (var location = TestLocation.inBucket(lab, name)) {
      var backup =
          BackupAtWork.stoppedAfter(
              BackedUpVm.DATA / 4, lab, product, vm.order("full").to(location.name()));

      // when
      backup.goOn();
      backup.awaitMoverDeath();
      lab.resizeBucket(name, "256m");

      // then
      assertThat(PlacedRequest.message(backup.request().awaitCompleted())).isEqualTo(FIRST);
      assertThat(Leftovers.of(lab, backup.request().awaitReleased())).isEmpty();
    } finally {
      lab.removeBucket(name);
    }
  }
}
