using System.Globalization;
using System.Text;
using System.Xml;

namespace SoftmaxScripting.Host.Checking;

/// <summary>Writes the outcome as JUnit XML, which build servers read: a suite per script, a case per check.</summary>
internal static class JUnitReport
{
    /// <summary>Writes the report.</summary>
    /// <param name="file">The file; its folder is made where it does not exist.</param>
    /// <param name="scripts">The scripts.</param>
    public static void Write(string file, IReadOnlyList<ScriptChecks> scripts)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using var xml = XmlWriter.Create(file, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        xml.WriteStartElement("testsuites");
        WriteCounts(xml, scripts);
        foreach (var script in scripts)
            WriteSuite(xml, script);
        xml.WriteEndElement();
    }

    private static void WriteSuite(XmlWriter xml, ScriptChecks script)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Valid(script.Script));
        WriteCounts(xml, [script]);
        foreach (var check in script.Checks)
        {
            WriteCase(xml, script, check.Name, check.Seconds);
            if (!check.Passed)
                WriteProblem(xml, "failure", check.Message, check.Report);
            xml.WriteEndElement();
        }

        if (script.Failure is { } failure)
        {
            WriteCase(xml, script, "runs to its end", script.Seconds);
            WriteProblem(xml, "error", failure, script.Output);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyList<ScriptChecks> scripts)
    {
        var errors = scripts.Count(script => script.Failure is not null);
        var checks = scripts.SelectMany(script => script.Checks).ToArray();
        xml.WriteAttributeString("tests", Text(checks.Length + errors));
        xml.WriteAttributeString("failures", Text(checks.Count(check => !check.Passed)));
        xml.WriteAttributeString("errors", Text(errors));
        xml.WriteAttributeString("time", Text(scripts.Sum(script => script.Seconds)));
    }

    private static void WriteCase(XmlWriter xml, ScriptChecks script, string name, double seconds)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Valid(script.Script));
        xml.WriteAttributeString("name", Valid(name));
        xml.WriteAttributeString("time", Text(seconds));
    }

    private static void WriteProblem(XmlWriter xml, string kind, string message, string details)
    {
        xml.WriteStartElement(kind);
        xml.WriteAttributeString("message", Valid(message));
        xml.WriteString(Valid(details));
        xml.WriteEndElement();
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    // XML 1.0 has no way to write most control characters; a colour sequence of a script's output begins with one.
    private static string Valid(string text)
    {
        if (text.All(XmlConvert.IsXmlChar))
            return text;
        var valid = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
                valid.Append(text[i]);
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                valid.Append(text[i]).Append(text[++i]);
            else
                valid.Append('\uFFFD');
        }

        return valid.ToString();
    }
}
