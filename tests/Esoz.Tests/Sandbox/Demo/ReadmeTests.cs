using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Esoz.Sandbox.Demo;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Sandbox.Demo;

/// <summary>The curl commands of README.md and their answers match the program.</summary>
public sealed partial class ReadmeTests(DemoExamplesTests.Sandbox sandbox) : IClassFixture<DemoExamplesTests.Sandbox>
{
    private static readonly DemoOrders Orders = new(new("{}", "sign.json"), new("{}", "cancel.json"), _ => []);

    private static readonly DemoCredentials Variables = new(
        "$DEMO_PASSWORD", "$CLINIC_OWNER", "$DOCTOR", "$HOSPITAL_OWNER", "$NHS", "$NHS_KEY", "$MIS_KEY", "$PIS_KEY");

    private static readonly string[] Shown =
        ["API-005-007-004-0127", "private-create-contract-employee", "API-006-001-001-0209", "private-generate-media-storage-links",
            "API-005-012-002-0477"];

    [Fact(DisplayName = "README has the first example of each of the five methods, with the answer that the server gives")]
    public async Task Answers()
    {
        var blocks = Block().Matches(SourceTree.Read("README.md"))
            .Select(match => (Curl: match.Groups[1].Value, Answer: match.Groups[2].Value)).ToList();
        var live = await DemoSession.Open(sandbox.Settings, sandbox.Database, TestContext.Current.CancellationToken);
        var shown = DemoExamples.All(Variables, DemoIds.Role, DemoIds.Unknown, Orders, DemoExamplesTests.SignIn).Zip(live.Examples)
            .Where(pair => Shown.Contains(pair.First.Card.Id)).GroupBy(pair => pair.First.Card)
            .Select(examples => examples.First()).ToList();

        Assert.Equal(5, blocks.Count);
        foreach (var (asShown, toSend) in shown)
        {
            var curl = Expanded().Replace((asShown with { Link = null }).ToCurl(new Uri("http://127.0.0.1:5080")), "\"$1\"");
            var block = Assert.Single(blocks, block => block.Curl == curl);

            Assert.Equal(Constant(JsonNode.Parse(block.Answer)!).ToJsonString(),
                Constant(JsonNode.Parse((await sandbox.Answered(() => toSend.ToRequest(sandbox.Url))).Text)!).ToJsonString());
        }
    }

    [Fact(DisplayName = "Every variable in the curls of README is exported by demo.env")]
    public async Task ExportedVariables()
    {
        var ct = TestContext.Current.CancellationToken;
        var session = await DemoSession.Open(sandbox.Settings, sandbox.Database, ct);
        var exported = await File.ReadAllTextAsync((await session.Write(sandbox.DataDirectory, sandbox.Url, ct)).Variables, ct);

        var used = Variable().Matches(SourceTree.Read("README.md")).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Equal(["CLINIC_OWNER", "DOCTOR", "NHS", "NHS_KEY", "PIS_KEY"], used.Order());
        Assert.All(used, name => Assert.Contains($"export {name}=", exported, StringComparison.Ordinal));
    }

    /// <summary>
    /// Normalises what differs between runs: addresses, request ids, new ids, timestamps of the run, signatures; truncates lists to one
    /// entry.
    /// </summary>
    private static JsonNode Constant(JsonNode answer)
    {
        if (answer["data"] is JsonArray list)
            answer["data"] = new JsonArray(list[0]!.DeepClone());
        var text = Signature().Replace(Server().Replace(answer.ToJsonString(), "http://server"), "X-Expires=…&X-Signature=…");
        return JsonNode.Parse(RandomId().Replace(Instant().Replace(text, "…"), "…"))!;
    }

    [GeneratedRegex("```sh\n(curl .*?)\n```\n```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\$([A-Z_]+)")]
    private static partial Regex Variable();

    /// <summary>A header with a variable, which the shell expands only in double quotes.</summary>
    [GeneratedRegex(@"'([^'\n]*\$[A-Z_]+)'")]
    private static partial Regex Expanded();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Server();

    [GeneratedRegex(@"X-Expires=\d+(&|\\u0026)X-Signature=[0-9a-f]{64}")]
    private static partial Regex Signature();

    /// <summary>Timestamps that are not a whole hour belong to the run; those of the demo registry are.</summary>
    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:(?!00:00(\.0+)?Z)\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Instant();

    /// <summary>Ids of the demo registry are mostly zeros.</summary>
    [GeneratedRegex(@"[0-9a-f]{8}-(?!0000)(?!8008)[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(#\d+)?")]
    private static partial Regex RandomId();
}
