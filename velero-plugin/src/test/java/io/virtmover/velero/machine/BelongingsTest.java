// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.machine.Belongings.Belonging;
import org.junit.jupiter.api.Test;

class BelongingsTest {
  @Test
  void shouldFindAllThatAVmNames() {
    // given
    var vm =
        Yaml.item(
            """
            metadata: {name: db, namespace: shop}
            spec:
              instancetype: {name: large}
              preference: {name: linux, revisionName: db-linux-1}
              template:
                spec:
                  domain: {firmware: {kernelBoot: {container: {image: kernel, imagePullSecret: registry}}}}
                  accessCredentials:
                  - sshPublicKey: {source: {secret: {secretName: keys}}}
                  - userPassword: {source: {secret: {secretName: passwords}}}
                  volumes:
                  - {name: root, dataVolume: {name: root}}
                  - {name: data, persistentVolumeClaim: {claimName: data}}
                  - {name: a, cloudInitNoCloud: {secretRef: {name: init}, networkDataSecretRef: {name: net}}}
                  - {name: b, sysprep: {configMap: {name: answers}}}
                  - {name: c, sysprep: {secret: {name: secret-answers}}}
                  - {name: d, secret: {secretName: mounted}}
                  - {name: e, configMap: {name: settings}}
                  - {name: g, ephemeral: {persistentVolumeClaim: {claimName: golden}}}
                  - {name: h, containerDisk: {image: tools, imagePullSecret: other-registry}}
                  - {name: f, serviceAccount: {serviceAccountName: robot}}
            status:
              instancetypeRef: {controllerRevisionRef: {name: db-large-1}}
              preferenceRef: {controllerRevisionRef: {name: ignored}}
            """);

    // when
    var belongings = Belongings.of(vm);

    // then
    assertThat(belongings).extracting(Belonging::namespace).containsOnly("shop");
    assertThat(belongings)
        .extracting(one -> one.type() + "/" + one.name())
        .containsExactlyInAnyOrder(
            "persistentvolumeclaims/root",
            "datavolumes.cdi.kubevirt.io/root",
            "persistentvolumeclaims/data",
            "persistentvolumeclaims/golden",
            "secrets/registry",
            "secrets/other-registry",
            "secrets/init",
            "secrets/net",
            "configmaps/answers",
            "secrets/secret-answers",
            "secrets/mounted",
            "configmaps/settings",
            "serviceaccounts/robot",
            "secrets/keys",
            "secrets/passwords",
            "controllerrevisions.apps/db-large-1",
            "controllerrevisions.apps/db-linux-1");
  }
}
