using System.Text.RegularExpressions;

namespace Esoz.Tests.Guards;

/// <summary>Allowed dependencies (docs/ARCHITECTURE.md).</summary>
public sealed partial class ArrowsTests
{
    [Fact(DisplayName = "Platform names no area")]
    public void Platform()
    {
        var areas = SourceTree.Areas();
        Assert.Contains("EmployeeRoles", areas);
        var area = new Regex($@"\bEsoz\.({string.Join('|', areas)})\b|\b({string.Join('|', areas)})\.\w");

        Assert.Empty(
            from path in SourceTree.Files("src/Esoz.Platform", "*.cs")
            from line in File.ReadLines(SourceTree.PathOf(path))
            where area.IsMatch(line)
            select $"{path}: {line.Trim()}");
    }

    [Fact(DisplayName = "Platform uses no domain term of an area")]
    public void PlatformWords()
    {
        var words = new Regex(
            @"EmployeeRole|ContractEmployee|Composition(?!al)|HealthcareService|employee_role|contract_employee|healthcare_service",
            RegexOptions.CultureInvariant);

        Assert.Empty(
            from path in SourceTree.Files("src/Esoz.Platform", "*.cs")
            from line in File.ReadLines(SourceTree.PathOf(path))
            where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && words.IsMatch(line)
            select $"{path}: {line.Trim()}");
    }

    [Fact(DisplayName = "Entities depend on neither ASP.NET nor the database nor the object store")]
    public void Entities()
    {
        var entities = SourceTree.Areas().SelectMany(area => SourceTree.Files($"src/Esoz/{area}", "*.cs"))
            .Where(path => EntityOf().Match(SourceTree.Read(path)) is { Success: true } entity
                && entity.Groups[1].Value == Path.GetFileNameWithoutExtension(path))
            .ToList();

        Assert.Contains("src/Esoz/EmployeeRoles/EmployeeRole.cs", entities);
        Assert.Empty(
            from path in entities
            let text = SourceTree.Read(path)
            where Outside().IsMatch(text)
            select path);
    }

    [Fact(DisplayName = "A card refers to no other card")]
    public void Cards()
    {
        var cards = Methods.All.Select(card => card.Handle.Method.DeclaringType!).Distinct().ToList();

        Assert.Empty(
            from card in cards
            from path in SourceTree.Files($"src/Esoz/{card.Namespace!["Esoz.".Length..].Replace('.', '/')}", $"{card.Name}.cs")
            let code = Comment().Replace(SourceTree.Read(path), "")
            from other in cards
            where other != card && Regex.IsMatch(code, $@"(?<![\w""/]){other.Name}\.(?!schema)")
            select $"{path} names {other.Name}");
    }

    /// <summary>A file whose record of the same name is public and not options, a filter, a request or a row.</summary>
    [GeneratedRegex(@"^public sealed record (\w+)(?<!Options|Filter|Request|Row)\b", RegexOptions.Multiline)]
    private static partial Regex EntityOf();

    [GeneratedRegex(
        @"\b(Microsoft\.AspNetCore|Npgsql|HttpContext|IResult|Amazon|Esoz\.Platform\.Database|PostgresDatabase|IObjectStore|FileSystemStore|S3Store)\b")]
    private static partial Regex Outside();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();
}
