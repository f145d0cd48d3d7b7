// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;

/**
 * A document that came as an answer.
 *
 * @param root its first element; empty if there is none
 * @param problem why it is not well-formed
 */
record XmlAnswer(String root, Optional<String> problem) {
  private static final XMLInputFactory FACTORY = factory();

  private static XMLInputFactory factory() {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  static XmlAnswer read(byte[] bytes) {
    var root = "";
    try {
      var reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(bytes));
      while (reader.hasNext()) {
        reader.next();
        if (root.isEmpty() && reader.isStartElement()) {
          root = reader.getLocalName();
        }
      }
      return new XmlAnswer(root, Optional.empty());
    } catch (XMLStreamException e) {
      var line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      return new XmlAnswer(root, Optional.of("its XML breaks off or is wrong in line " + line));
    }
  }
}
