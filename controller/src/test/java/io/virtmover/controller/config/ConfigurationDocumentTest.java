// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.virtmover.controller.GoldenDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is made of the settings' interface and of the chart's template. */
class ConfigurationDocumentTest {
  private static final String HEAD =
      """
      <!-- Made by ConfigurationDocumentTest, from ControllerConfig and the chart's template. -->
      # Configuration of the controller

      A property stands in `config/application.properties` where the controller runs, or in the environment, which goes before the file. The chart writes the file from its
      [values](operations.md#values); what it has no value for goes into its value `settings`, by the property's name.

      A duration is a number with `s`, `m`, `h` or `d`, or as ISO 8601 has it (`PT1H30M`). A quantity is as Kubernetes writes it (`250m`, `1Gi`). A value that cannot be read, or that
      cannot work, keeps the controller from starting; the message names the property.
      """;

  private static final Path TEMPLATE = Path.of("../helm/virtmover/templates/_settings.tpl");
  private static final Path DEPLOYMENT = Path.of("../helm/virtmover/templates/deployment.yaml");
  private static final Pattern LINE = Pattern.compile("\\(list \"(virtmover\\.[a-z.-]+)\" (.*)\\)");
  private static final Pattern VALUE = Pattern.compile("(?:\\.Values|\\$)\\.?([a-zA-Z.]+)");

  @Test
  void theDocument_isCurrent() throws IOException {
    // given
    var values = chartValues();

    // when
    var document =
        HEAD
            + SettingsSource.read().stream()
                .map(group -> section(group, values))
                .collect(Collectors.joining());

    // then
    GoldenDocument.assertIs("configuration.md", document);
  }

  @Test
  void theDocument_hasEveryPropertyThatIsRead_andItsDefault() throws IOException {
    // given
    var read =
        ConfigMappings.getProperties(ConfigClass.configClass(ControllerConfig.class))
            .entrySet()
            .stream()
            // the elements of a list
            .filter(property -> !property.getKey().endsWith("[*]"))
            .collect(
                Collectors.toMap(
                    property -> property.getKey().replace(".*", ""),
                    property ->
                        property.getValue().hasDefaultValue()
                            ? Optional.of(property.getValue().getDefaultValue())
                            : Optional.<String>empty()));

    // when
    var written =
        SettingsSource.read().stream()
            .flatMap(group -> group.settings().stream())
            .collect(
                Collectors.toMap(
                    SettingsSource.Setting::key, SettingsSource.Setting::defaultValue));

    // then
    assertThat(written).isEqualTo(read);
  }

  @Test
  void theChart_writesOnlyPropertiesThatAreRead() throws IOException {
    // given
    var read =
        SettingsSource.read().stream()
            .flatMap(group -> group.settings().stream())
            .map(SettingsSource.Setting::key)
            .toList();

    // then
    assertThat(read).containsAll(chartValues().keySet());
  }

  private static String section(SettingsSource.Group group, Map<String, String> values) {
    return "\n## %s\n\n| property | in the environment | | default | chart value | |\n| --- | --- | --- | --- | --- | --- |\n%s"
        .formatted(group.heading(), rows(group.settings(), values));
  }

  private static String rows(List<SettingsSource.Setting> settings, Map<String, String> values) {
    var deployment = read(DEPLOYMENT);
    return settings.stream()
        .map(
            setting ->
                "| `%s` | %s | %s | %s | %s | %s |\n"
                    .formatted(
                        setting.key() + (isMap(setting) ? ".NAME" : ""),
                        isMap(setting) ? "–" : "`%s`".formatted(environment(setting.key())),
                        setting.type(),
                        setting.defaultValue().map("`%s`"::formatted).orElse("–"),
                        values.getOrDefault(
                            setting.key(),
                            deployment.contains("name: " + environment(setting.key()) + "\n")
                                ? "by the chart"
                                : "–"),
                        setting.words()))
        .collect(Collectors.joining());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMap(SettingsSource.Setting setting) {
    return setting.type().startsWith("a property for each");
  }

  private static String environment(String key) {
    return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  /** Which value of the chart each property is written from, by the template's lines. */
  private static Map<String, String> chartValues() throws IOException {
    var values = new HashMap<String, String>();
    for (var line : Files.readAllLines(TEMPLATE)) {
      var property = LINE.matcher(line);
      if (property.find()) {
        var value = VALUE.matcher(property.group(2));
        values.put(
            property.group(1), value.find() ? "`%s`".formatted(value.group(1)) : "by the chart");
      }
    }
    return values;
  }
}
