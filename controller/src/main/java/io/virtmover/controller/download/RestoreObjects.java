// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.virtmover.controller.Naming;
import io.virtmover.controller.mover.MoverOrder;
import io.virtmover.controller.mover.MoverPaths;
import io.virtmover.controller.mover.MoverVolume;
import io.virtmover.controller.mover.Owned;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.Claims;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.Restore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a restore makes: a claim in Velero's namespace, and a mover that writes it. */
final class RestoreObjects {
  /** KubeVirt's name for the disk in a file system. */
  private static final String FILE = MoverPaths.VOLUME + "/disk.img";

  private RestoreObjects() {}

  /** The name of the claim, the Job and the secret. */
  static String name(DataDownload request) {
    var metadata = request.getMetadata();
    return Naming.object(metadata.getName(), metadata.getUid(), 0);
  }

  /**
   * Like the target, but without what keeps that from getting a volume of its own: a selector, or a
   * source of data.
   */
  static PersistentVolumeClaim claim(DataDownload request, Plan plan, String namespace) {
    var target = plan.target().getSpec();
    return new PersistentVolumeClaimBuilder()
        .withMetadata(Owned.by(request, namespace, name(request)))
        .withNewSpec()
        .withAccessModes(target.getAccessModes())
        .withVolumeMode(target.getVolumeMode())
        .withStorageClassName(target.getStorageClassName())
        .withNewResources()
        .withRequests(Map.of("storage", TargetCheck.size(plan.target(), plan.disk())))
        .endResources()
        .endSpec()
        .build();
  }

  static MoverOrder order(DataDownload request, Plan plan) {
    var isBlock = Claims.isBlock(plan.target());
    var task =
        new Restore(
            plan.source().backup(),
            plan.disk().volume(),
            Path.of(isBlock ? MoverPaths.DEVICE : FILE),
            Restore.Engine.NATIVE,
            OptionalLong.empty());
    var volume =
        new MoverVolume(
            name(request), isBlock ? MoverPaths.DEVICE : MoverPaths.VOLUME, isBlock, false);
    return new MoverOrder(
        name(request),
        request,
        plan.source().vm(),
        task,
        plan.location(),
        Optional.of(volume),
        Optional.empty(),
        MoverMemory.ofRestore());
  }
}
