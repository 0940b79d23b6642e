using System.Text.RegularExpressions;
using Esoz.Tests.Guards;
using Esoz.Tests.Processes;

namespace Esoz.Tests.Sandbox.Demo;

/// <summary>The commands of docs/walkthrough-composition.md lead from a draft to FINAL.</summary>
public sealed partial class WalkthroughTests(TestCluster cluster) : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-walkthrough-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(DisplayName = "Run in order on a sandbox, the commands end with FINAL")]
    public async Task Runs()
    {
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "jq"))),
            "needs jq");
        var settings = new Dictionary<string, string>
        {
            ["ESOZ_DATABASE"] = await cluster.CreateDatabase(),
            ["ESOZ_DATA_DIR"] = Path.Combine(_directory, "var"),
        };
        using var sandbox = await ServerProcess.Serve(settings);
        File.CreateSymbolicLink(Path.Combine(_directory, "esoz"), Path.Combine(AppContext.BaseDirectory, "esoz"));
        var commands = string.Join('\n', Block().Matches(SourceTree.Read("docs/walkthrough-composition.md")).Select(block => block.Groups[1].Value))
            .Replace("http://127.0.0.1:5080", sandbox.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);

        var (exit, output, errors) = await EsozProcess.Run(settings, ["-euc", $"cd '{_directory}'\n{commands}"], program: "sh");

        Assert.True(exit == 0 && output.EndsWith("\nFINAL\n", StringComparison.Ordinal), $"{exit}\n{output}\n{errors}");
        Assert.Contains("\nPRELIMINARY\n", output, StringComparison.Ordinal);
    }

    [GeneratedRegex("```sh\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
