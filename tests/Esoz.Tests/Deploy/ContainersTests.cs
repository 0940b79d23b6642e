using System.Text.RegularExpressions;
using Esoz.Cli.Commands;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Deploy;

/// <summary>What is in <c>deploy/kubernetes</c> and <c>deploy/container</c> follows the published schemas and the program.</summary>
public sealed partial class ContainersTests
{
    private static readonly string Kubernetes = SourceTree.PathOf("deploy", "kubernetes");
    private static readonly string Compose = SourceTree.PathOf("deploy", "container", "compose.yaml");
    private static readonly string Containerfile = SourceTree.PathOf("deploy", "container", "Containerfile");

    [Fact(DisplayName = "The manifests of Kubernetes follow its schemas, and have no member that these do not know")]
    public async Task Manifests()
    {
        var files = Directory.GetFiles(Kubernetes, "*.yaml");

        Assert.Equal(6, files.Length);
        Assert.Empty(await DeployTools.Faults("kubernetes", files));
        Assert.Contains(".spec.replicaz is not known", await OfChanged("kubernetes", Path.Combine(Kubernetes, "api.yaml"), "replicas: 3", "replicaz: 3"),
            StringComparison.Ordinal);
        Assert.Contains("image must be string", await OfChanged("kubernetes", Path.Combine(Kubernetes, "api.yaml"), "registry.example.ua/esoz:0.1.0", "5"),
            StringComparison.Ordinal);
    }

    [Fact(DisplayName = "compose.yaml follows the Compose Specification")]
    public async Task Composition()
    {
        Assert.Empty(await DeployTools.Faults("compose", Compose));
        Assert.Contains("comand", await OfChanged("compose", Compose, "command: [serve", "comand: [serve"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "What compose.yaml shows its services is there, and Prometheus takes its configuration")]
    public async Task Mounts()
    {
        var folder = Path.GetDirectoryName(Compose)!;
        var text = await File.ReadAllTextAsync(Compose, TestContext.Current.CancellationToken);
        var sources = Mount().Matches(text).Select(match => match.Groups[1].Value).ToList();

        Assert.Equal(4, sources.Count);
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(folder, source)), source));
        await new ForeignClient("promtool").Succeeds("check", "config", "--syntax-only", Path.Combine(folder, "prometheus.yml"));
    }

    [Fact(DisplayName = "The Containerfile is one")]
    public async Task Image()
    {
        Assert.Empty(await DeployTools.Faults("containerfile", Containerfile));
        Assert.Contains("Unknown instruction", await OfChanged("containerfile", Containerfile, "USER ", "USR "), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Commands of manifests, compose.yaml and the Containerfile are commands of the program")]
    public void Commands()
    {
        // Not those of PostgreSQL and of the store.
        var commands = Files()
            .SelectMany(file => Command().Matches(File.ReadAllText(file)).Select(match => (file, Words: match.Groups[1].Value)))
            .Where(it => !it.Words.StartsWith("postgres", StringComparison.Ordinal) && !it.Words.EndsWith("/data", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(9, commands.Count);
        Assert.All(commands, it =>
        {
            var words = Word().Matches(it.Words).Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Value).ToArray();
            var errors = EsozCommand.Create().Parse(words).Errors;
            Assert.True(errors.Count == 0, $"{it.file}: {it.Words}: {string.Join(" ", errors.Select(error => error.Message))}");
        });
    }

    [Fact(DisplayName = "Settings of manifests, compose.yaml and the Containerfile are settings of the program")]
    public void Names()
    {
        var known = Settings.Read(new Dictionary<string, string>()).ByName.Select(setting => setting.Name).ToHashSet();
        var named = Files().SelectMany(file => Setting().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToHashSet();

        Assert.InRange(named.Count, 15, 50);
        Assert.DoesNotContain(named, name => !known.Contains(name)
            && !(name.EndsWith("_FILE", StringComparison.Ordinal) && known.Contains(name[..^"_FILE".Length])));
    }

    private static string[] Files() => [.. Directory.GetFiles(Kubernetes, "*.yaml"), Compose, Containerfile];

    private static async Task<string> OfChanged(string kind, string file, string part, string replacement)
    {
        var changed = Path.GetTempFileName();
        try
        {
            var text = await File.ReadAllTextAsync(file);
            Assert.Contains(part, text, StringComparison.Ordinal);
            await File.WriteAllTextAsync(changed, text.Replace(part, replacement, StringComparison.Ordinal));
            return await DeployTools.Faults(kind, changed);
        }
        finally
        {
            File.Delete(changed);
        }
    }

    [GeneratedRegex(@"- (\.\.?/[^:]+):")]
    private static partial Regex Mount();

    [GeneratedRegex(@"(?:args:|command:|CMD) \[(.+)\]")]
    private static partial Regex Command();

    [GeneratedRegex("""
        "([^"]*)"|[^,\s"]+
        """)]
    private static partial Regex Word();

    [GeneratedRegex(@"\b((?:ESOZ|PUBLIC|AUTH|MEDIA|OBJECT)_[A-Z0-9_]+)(?:[:=]|$)", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
