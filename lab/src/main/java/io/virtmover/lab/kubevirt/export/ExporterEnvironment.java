// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The environment of an exporter pod, as recorded, plus the listener that answers for it. */
final class ExporterEnvironment {
  /** Names the listener ({@code host:port}) the pod forwards to; not one of KubeVirt's. */
  static final String UPSTREAM = "LAB_EXPORT_UPSTREAM";

  private ExporterEnvironment() {}

  static List<EnvVar> of(
      ExportSpec export,
      ExportSource source,
      Release release,
      String deadline,
      String authority,
      Optional<String> upstream) {
    var env = new ArrayList<EnvVar>();
    env.add(
        new EnvVarBuilder()
            .withName("POD_NAME")
            .withNewValueFrom()
            .withNewFieldRef("v1", "metadata.name")
            .endValueFrom()
            .build());
    env.add(value("CERT_FILE", "/cert/tls.crt"));
    env.add(value("KEY_FILE", "/cert/tls.key"));
    env.add(value("TOKEN_FILE", "/token/token"));
    env.add(value("DEADLINE", deadline));
    if (release == Release.V1_8) {
      env.add(value("EXPORT_VM_DEF_URI", "/manifests/all"));
    }
    env.add(value("EXPORT_SECRET_DEF_URI", "/manifests/secret"));
    switch (source) {
      case ExportSource.Backup backup -> addBackup(env, backup, authority);
      case ExportSource.Claim claim -> addClaim(env, claim);
      case ExportSource.Unknown() ->
          throw new IllegalStateException("no pod without a source: " + export.name());
    }
    upstream.ifPresent(address -> env.add(value(UPSTREAM, address)));
    return env;
  }

  private static void addBackup(List<EnvVar> env, ExportSource.Backup backup, String authority) {
    for (var i = 0; i < backup.volumes().size(); i++) {
      var volume = backup.volumes().get(i);
      env.add(value("BACKUP" + i + "_BACKUP_PATH", volume));
      env.add(value("BACKUP" + i + "_DATA_URI", "/exports/" + volume + "/data"));
      env.add(value("BACKUP" + i + "_MAP_URI", "/exports/" + volume + "/map"));
    }
    env.add(value("BACKUP_CACERT", authority));
    env.add(value("BACKUP_UID", backup.uid()));
    env.add(value("BACKUP_TYPE", backup.type()));
    env.add(value("BACKUP_CHECKPOINT", backup.checkpoint()));
  }

  private static void addClaim(List<EnvVar> env, ExportSource.Claim claim) {
    var folder = claim.block() ? "/dev/export-volumes/" : "/export-volumes/";
    env.add(value("VOLUME0_EXPORT_PATH", folder + claim.name()));
    env.add(value("VOLUME0_EXPORT_RAW_URI", "/volumes/" + claim.name() + "/disk.img"));
    env.add(value("VOLUME0_EXPORT_RAW_GZIP_URI", "/volumes/" + claim.name() + "/disk.img.gz"));
  }

  private static EnvVar value(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
