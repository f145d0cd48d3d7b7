// SPDX-License-Identifier: Apache-2.0
/**
 * KubeVirt's controllers of VirtualMachine and VirtualMachineInstance, and the part of virt-handler
 * that writes to them: run strategies, the launcher pod that holds the claims, hotplug of the
 * backup volume, changed block tracking, what the launcher tells about a backup. The VMs themselves
 * are in {@code kubevirt.launcher}.
 */
@NullMarked
package io.virtmover.lab.kubevirt.vm;

import org.jspecify.annotations.NullMarked;
