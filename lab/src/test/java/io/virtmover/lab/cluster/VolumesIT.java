// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.virtmover.lab.junit.LabNamespace;
import io.virtmover.lab.junit.OnLab;
import io.virtmover.lab.junit.PodRun;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@OnLab
class VolumesIT {
  private static final long MIB = 1L << 20;

  @Test
  void aFullVolumeIsReallyFull(LabNamespace lab) {
    // given
    lab.claim("small", "64Mi");

    // when
    var run =
        lab.run(
            PodRun.script(
                    "filler",
                    """
                    dd if=/dev/zero of=/mnt/small/big bs=1M 2>&1 || true
                    stat -c 'bytes=%s' /mnt/small/big
                    """)
                .mounting("small"));

    // then
    assertThat(run.log()).contains("No space left on device");
    var bytes = Long.parseLong(run.log().substring(run.log().indexOf("bytes=") + 6).strip());
    assertThat(bytes).isBetween(60 * MIB, 64 * MIB);
  }

  @Test
  void aBlockVolumeIsWrittenByARestrictedPodAndHasTheExactSize(LabNamespace lab) {
    // given
    lab.claim("raw", "48Mi", "lab-block", "Block");

    // when
    var run =
        lab.run(
            PodRun.script(
                    "writer",
                    """
                    id -u
                    printf hello | dd of=/dev/raw conv=notrunc 2>/dev/null
                    head -c 5 /dev/raw; echo
                    dd if=/dev/zero of=/dev/raw bs=1M 2>&1 | grep -o '^[0-9]* bytes' || true
                    """)
                .device("raw"));

    // then
    assertThat(run.log()).contains("107\nhello\n%d bytes".formatted(48 * MIB));
  }

  @Test
  void aClassRefusesTheOtherModeWithAnEventThatSaysSo(LabNamespace lab) {
    // when
    var claim = lab.claim("odd", "16Mi", "lab-fs-immediate", "Block");

    // then
    var events = lab.client().v1().events().inNamespace(lab.name());
    var uid = claim.getMetadata().getUid();
    var said =
        events
            .withField("involvedObject.uid", uid)
            .withField("reason", "ProvisioningFailed")
            .waitUntilCondition(
                event -> event != null, LabNamespace.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(said.getMessage())
        .isEqualTo(
            "storage class lab-fs-immediate makes volumes of mode Filesystem only, the claim asks"
                + " for Block");
  }

  @Test
  void anImmediateVolumeIsThereWithoutAPodAndGoesWithItsClaim(LabNamespace lab) {
    // given
    lab.claim("early", "16Mi", "lab-fs-immediate", "Filesystem");
    var claim = lab.await(lab.claimAt("early"), "the claim is bound", VolumesIT::isBound);
    var volume = volume(lab, claim);

    // when
    lab.claimAt("early").delete();

    // then
    lab.await(volume, "the volume is deleted", gone -> gone == null);
  }

  @Test
  void aRetainedVolumeOutlivesItsClaim(LabNamespace lab) {
    // given
    lab.claim("kept", "16Mi", "lab-fs-immediate", "Filesystem");
    var claim = lab.await(lab.claimAt("kept"), "the claim is bound", VolumesIT::isBound);
    var volume = volume(lab, claim);
    volume.edit(
        now -> {
          now.getSpec().setPersistentVolumeReclaimPolicy("Retain");
          return now;
        });

    // when
    lab.claimAt("kept").delete();

    // then
    lab.await(
        volume,
        "the volume is released",
        now -> now != null && "Released".equals(now.getStatus().getPhase()));

    // and it goes when somebody decides so
    volume.edit(
        now -> {
          now.getSpec().setPersistentVolumeReclaimPolicy("Delete");
          return now;
        });
    lab.await(volume, "the volume is deleted", gone -> gone == null);
  }

  @Test
  void aBlockVolumeGrows(LabNamespace lab) {
    // given
    lab.claim("raw", "16Mi", "lab-block-immediate", "Block");
    lab.await(lab.claimAt("raw"), "the claim is bound", VolumesIT::isBound);

    // when
    grow(lab, "raw", "24Mi");

    // then
    var run =
        lab.run(PodRun.script("reader", "dd if=/dev/raw of=/dev/null bs=1M 2>&1").device("raw"));
    assertThat(run.log()).contains("%d bytes".formatted(24 * MIB));
  }

  @Test
  void aFileSystemGrows(LabNamespace lab) {
    // given
    lab.claim("files", "32Mi", "lab-fs-immediate", "Filesystem");
    lab.await(lab.claimAt("files"), "the claim is bound", VolumesIT::isBound);

    // when
    grow(lab, "files", "64Mi");

    // then
    var run =
        lab.run(
            PodRun.script("reader", "df --output=size -B1 /mnt/files | tail -1").mounting("files"));
    assertThat(Long.parseLong(run.log().strip())).isGreaterThan(58 * MIB);
  }

  @Test
  void aClaimOfARunningVmIsHeldByItsPod(LabNamespace lab) {
    // given
    lab.vms().create(lab.name(), "vm1", List.of(DiskRequest.parse("64Mi")), Optional.empty());
    lab.vms().awaitRunning(lab.name(), "vm1");
    var claim = lab.claimAt("vm1-rootdisk");

    // when
    claim.delete();

    // then
    var now = claim.get();
    assertThat(now.getMetadata().getDeletionTimestamp()).isNotNull();
    assertThat(now.getMetadata().getFinalizers()).contains("kubernetes.io/pvc-protection");
    assertThat(lab.control().contents(lab.name(), "vm1")).containsKey("rootdisk");

    // and goes once the VM has stopped
    lab.vms().stop(lab.name(), "vm1");
    lab.await(claim, "the claim is gone", gone -> gone == null);
  }

  private static void grow(LabNamespace lab, String claim, String size) {
    lab.grow(claim, size);
    lab.await(
        lab.claimAt(claim),
        "the claim has grown",
        now -> capacity(now).compareTo(new Quantity(size).getNumericalAmount()) == 0);
  }

  private static BigDecimal capacity(PersistentVolumeClaim claim) {
    return Optional.ofNullable(claim.getStatus().getCapacity().get("storage"))
        .map(Quantity::getNumericalAmount)
        .orElse(BigDecimal.ZERO);
  }

  private static boolean isBound(PersistentVolumeClaim claim) {
    return claim != null && "Bound".equals(claim.getStatus().getPhase());
  }

  private static Resource<PersistentVolume> volume(LabNamespace lab, PersistentVolumeClaim claim) {
    return lab.client().persistentVolumes().withName(claim.getSpec().getVolumeName());
  }
}
