// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** Velero's request to move one disk from the location onto a claim's volume. */
@Group("velero.io")
@Version("v2alpha1")
@Singular("datadownload")
@Plural("datadownloads")
public final class DataDownload extends CustomResource<DataDownloadSpec, TransferStatus>
    implements Namespaced, TransferObject {
  private static final long serialVersionUID = 1;

  @Override
  protected DataDownloadSpec initSpec() {
    return DataDownloadSpec.NONE;
  }

  @Override
  protected TransferStatus initStatus() {
    return TransferStatus.NONE;
  }

  @Override
  public DataDownloadSpec spec() {
    return getSpec();
  }

  @Override
  public Optional<String> disk() {
    return Optional.ofNullable(spec().targetVolume())
        .filter(target -> target.pvc() != null)
        .map(target -> "%s/%s".formatted(target.namespace(), target.pvc()));
  }

  @Override
  public TransferStatus status() {
    return getStatus() == null ? TransferStatus.NONE : getStatus();
  }
}
