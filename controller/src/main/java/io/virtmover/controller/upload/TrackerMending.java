// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.kubevirt.BackupSource;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.domain.VmRef;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * Makes trackers again that KubeVirt will need to let a backup go. What may not be made, in a
 * namespace that is going for example, must not stop the rest.
 */
@ApplicationScoped
class TrackerMending {
  private static final Logger LOG = Logger.getLogger(TrackerMending.class);

  private final KubeVirt kubeVirt;

  TrackerMending(KubeVirt kubeVirt) {
    this.kubeVirt = kubeVirt;
  }

  /**
   * Makes the tracker of a backup if it is gone.
   *
   * @return whether it was made
   */
  boolean mend(VmRef vm, String backup, BackupSource source) {
    try {
      var isMade = kubeVirt.unblock(vm, source);
      if (isMade) {
        LOG.infof(
            "VirtualMachineBackup %s/%s could not go without its tracker %s, which is made again.",
            vm.namespace(), backup, source.name());
      }
      return isMade;
    } catch (KubernetesClientException e) {
      LOG.warnf(
          "VirtualMachineBackup %s/%s needs its tracker %s to go: %s",
          vm.namespace(), backup, source.name(), e.getMessage());
      return false;
    }
  }
}
