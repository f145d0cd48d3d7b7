// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import io.virtmover.lab.junit.KubeVirtRelease;
import io.virtmover.lab.kubevirt.api.Release;

/** The same with KubeVirt 1.8: other conditions, other export API, other maps. */
@KubeVirtRelease(Release.V1_8)
class BackupByHandOn18IT extends BackupByHandIT {}
