// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.Credentials;
import io.virtmover.location.CredentialsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;

class ReloadedCredentialsTest {
  @TempDir private Path folder;
  private final List<Credentials> made = new ArrayList<>();

  @Test
  void shouldMakeANewProviderOnlyWhenTheFileSaysSomethingElse() throws IOException {
    // given
    var file = write("arn:aws:iam::1:role/a", "");
    var credentials =
        new ReloadedCredentials(
            new WatchedFile<>(file, read -> CredentialsFile.read(read).profile("default")),
            found -> {
              made.add(found);
              return AnonymousCredentialsProvider.create();
            });

    // when
    credentials.resolveCredentials();
    credentials.resolveCredentials();
    write("arn:aws:iam::1:role/a", "# rotated, and the same\n");
    credentials.resolveCredentials();

    // then
    assertThat(made).as("a role is taken on once").hasSize(1);
    write("arn:aws:iam::1:role/bb", "");
    credentials.resolveCredentials();
    assertThat(made)
        .extracting(role -> ((Credentials.WebIdentity) role).roleArn())
        .containsExactly("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/bb");
  }

  private Path write(String role, String comment) throws IOException {
    return Files.writeString(
        folder.resolve("cloud"),
        "%s[default]\nrole_arn = %s\nweb_identity_token_file = /token\n".formatted(comment, role));
  }
}
