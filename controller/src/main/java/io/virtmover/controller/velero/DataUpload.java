// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** Velero's request to move one VM's disks to the location. */
@Group("velero.io")
@Version("v2alpha1")
@Singular("dataupload")
@Plural("datauploads")
public final class DataUpload extends CustomResource<DataUploadSpec, TransferStatus>
    implements Namespaced, TransferObject {
  private static final long serialVersionUID = 1;

  @Override
  protected DataUploadSpec initSpec() {
    return DataUploadSpec.NONE;
  }

  @Override
  protected TransferStatus initStatus() {
    return TransferStatus.NONE;
  }

  @Override
  public DataUploadSpec spec() {
    return getSpec();
  }

  @Override
  public TransferStatus status() {
    return getStatus() == null ? TransferStatus.NONE : getStatus();
  }
}
