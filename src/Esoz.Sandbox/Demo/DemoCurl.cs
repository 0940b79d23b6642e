using System.Text;

namespace Esoz.Sandbox.Demo;

/// <summary>One example as it is printed.</summary>
/// <param name="Method">Method API ID.</param>
/// <param name="Title">Title of the method.</param>
/// <param name="Status">Status of the answer.</param>
/// <param name="Shows">What happens, in a few words.</param>
/// <param name="Curl">Ready to paste into a shell.</param>
public sealed record DemoCurl(string Method, string Title, int Status, string Shows, string Curl)
{
    public static DemoCurl Of(DemoExample example, Uri server) =>
        new(example.Card.Id, example.Card.Title, example.Status, example.Shows, example.ToCurl(server));

    /// <summary>The examples under the names of their methods.</summary>
    public static string Text(IEnumerable<DemoCurl> curls)
    {
        var text = new StringBuilder();
        foreach (var ofMethod in curls.GroupBy(curl => (curl.Title, curl.Method)))
        {
            text.AppendLine($"{ofMethod.Key.Title} [{ofMethod.Key.Method}]").AppendLine();
            foreach (var curl in ofMethod)
                text.AppendLine($"# {curl.Status}: {curl.Shows}").AppendLine(curl.Curl).AppendLine();
        }
        return text.ToString();
    }
}
