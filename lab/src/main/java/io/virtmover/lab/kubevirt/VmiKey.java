// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

/** Names a VirtualMachineInstance; the VirtualMachine has the same name. */
public record VmiKey(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
