using System.Reflection;
using Esoz.Cli.Commands;
using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Guards;

/// <summary>No dependency cycle of namespaces inside a project; between projects the compiler forbids it (docs/ARCHITECTURE.md).</summary>
public sealed class NamespacesTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Projects => new()
    {
        { "src/Esoz.Platform", typeof(Esoz.Platform.Refusal).Assembly.GetName().Name! },
        { "src/Esoz", typeof(Installation).Assembly.GetName().Name! },
        { "src/Esoz.Sandbox", typeof(DemoRegistry).Assembly.GetName().Name! },
        { "src/Esoz.Cli", typeof(CommandLine).Assembly.GetName().Name! },
    };

    [Theory(DisplayName = "No two namespaces of a project depend on each other, directly or indirectly")]
    [MemberData(nameof(Projects))]
    public void NoCircle(string folder, string assembly)
    {
        var graph = new NamespaceGraph(Assembly.Load(assembly), SourceTree.Files(folder, "*.cs").Select(SourceTree.Read), "Esoz");
        output.WriteLine(graph.ToString());

        Assert.NotEmpty(graph.ToString());
        Assert.Empty(graph.Circles());
    }

    [Fact(DisplayName = "The guard finds a circular dependency through a call or a constant")]
    public void SeesCircle()
    {
        const string root = "Esoz.Tests.Guards.Circle";
        var sources = SourceTree.Files("tests/Esoz.Tests/Guards/Circle", "*.cs").Select(SourceTree.Read);

        Assert.Equal($"{root}.Lower{Environment.NewLine}{root}.Upper → {root}.Lower{Environment.NewLine}", Graph([]).ToString());
        Assert.Equal(
            [$"{root}.Lower → {root}.Upper (Upper.Caller.Limit)", $"{root}.Upper → {root}.Lower (Caller → Called)"],
            Graph(sources).Circles());

        NamespaceGraph Graph(IEnumerable<string> texts) => new(typeof(NamespacesTests).Assembly, texts, root);
    }
}
