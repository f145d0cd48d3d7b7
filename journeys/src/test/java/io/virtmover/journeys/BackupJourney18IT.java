// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.virtmover.lab.junit.KubeVirtRelease;
import io.virtmover.lab.kubevirt.api.Release;

/** {@link BackupJourney} with KubeVirt 1.8, whose conditions are others. */
@KubeVirtRelease(Release.V1_8)
class BackupJourney18IT extends BackupJourney {}
