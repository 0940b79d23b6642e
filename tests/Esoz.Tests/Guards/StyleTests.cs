using System.Reflection;
using System.Text.RegularExpressions;
using Esoz.Cli.Commands;
using Esoz.Platform.Jobs;
using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Guards;

/// <summary>Rules of style that neither the compiler nor the format check knows (CONTRIBUTING.md).</summary>
public sealed partial class StyleTests
{
    private const int MaxLength = 140;

    [Fact(DisplayName = "A line has at most 140 characters, not counting the text of string literals")]
    public void Lines()
    {
        var longLine = new string('a', MaxLength + 1);
        Assert.Equal([longLine], LongLines(["x", longLine, $"var text = \"{longLine}\";", "\"\"\"", longLine, "\"\"\";"]));

        Assert.Empty(
            from folder in new[] { "src", "tests", "bench" }
            from path in SourceTree.Files(folder, "*.cs")
            from line in LongLines(File.ReadLines(SourceTree.PathOf(path)))
            select $"{path}: {line.Trim()}");
    }

    [Fact(DisplayName = "Our own methods have no Async suffix")]
    public void Suffix()
    {
        Assert.Equal([nameof(OwnAsync)], Suffixed(typeof(StyleTests)).Select(method => method.Name));

        Assert.Empty(
            from assembly in Assemblies
            from type in assembly.GetTypes()
            where type.Namespace?.StartsWith("Esoz", StringComparison.Ordinal) == true && type != typeof(StyleTests)
            from method in Suffixed(type)
            select $"{type.FullName}.{method.Name}");
    }

    [Fact(DisplayName = "SQL keywords in the program are in upper case")]
    public void SqlCase()
    {
        Assert.Matches(LowerCaseSql(), "await connection.Execute(\"select id from parties\", ct)");
        Assert.DoesNotMatch(LowerCaseSql(), "from row in rows where row.Id == id select row");

        Assert.Empty(
            from path in SourceTree.Files("src", "*.cs")
            from line in File.ReadLines(SourceTree.PathOf(path))
            where LowerCaseSql().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{path}: {line.Trim()}");
    }

    private static readonly Assembly[] Assemblies =
    [
        typeof(JobTable).Assembly, typeof(Methods).Assembly, typeof(DemoSession).Assembly, typeof(CommandLine).Assembly,
        typeof(StyleTests).Assembly,
    ];

    /// <summary>Names that the framework looks for.</summary>
    private static readonly string[] FrameworkNames = ["InvokeAsync", "BindAsync"];

    /// <summary>Methods and local functions whose name is ours to choose: neither overrides nor implementations of an interface.</summary>
    private static IEnumerable<MethodInfo> Suffixed(Type type)
    {
        var implementations = type.IsInterface ? []
            : type.GetInterfaces().SelectMany(it => type.GetInterfaceMap(it).TargetMethods).ToHashSet();
        return
            from method in type.GetMethods(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where SuffixedName().IsMatch(method.Name) && !FrameworkNames.Contains(method.Name)
            where method.GetBaseDefinition() == method && !implementations.Contains(method)
            select method;
    }

    private static Task OwnAsync() => Task.CompletedTask;

    private static IEnumerable<string> LongLines(IEnumerable<string> lines)
    {
        var isText = false;
        foreach (var line in lines)
        {
            var startsAsText = isText;
            isText ^= line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > MaxLength && !startsAsText && Literal().Replace(line, "").Length > MaxLength)
                yield return line;
        }
    }

    [GeneratedRegex("""
        "{3}.*?"{3}|"(\\.|[^"\\])*"
        """)]
    private static partial Regex Literal();

    /// <summary>Local functions are compiled to names such as <c>&lt;Outer&gt;g__InnerAsync|0_0</c>.</summary>
    [GeneratedRegex("""^\w+Async$|g__\w+Async\|""")]
    private static partial Regex SuffixedName();

    /// <summary>Statements and clauses that are not C# or prose.</summary>
    [GeneratedRegex("""\b(select [\w.*$(]+.* from \w|insert into \w|update \w+ set \w|delete from \w|merge into \w|(create|drop|alter) (temp )?table \w|order by \w+( limit|\)|"))""")]
    private static partial Regex LowerCaseSql();
}
