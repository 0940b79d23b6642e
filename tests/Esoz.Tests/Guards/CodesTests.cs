using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;
using Esoz.Cli.Commands;
using Esoz.Codes;
using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.OperatorConsole;
using Esoz.Platform.Access;
using Esoz.Platform.Jobs;
using Esoz.Platform.Mail;
using Esoz.Sandbox.Demo;

namespace Esoz.Tests.Guards;

/// <summary>
/// A status, type or reason is declared once, as a constant of a static class that is named after the field, and used by that name in C#
/// and in SQL.
/// </summary>
public sealed partial class CodesTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "No declared code is written out again, in C#, in SQL or in JSON")]
    public void Literals()
    {
        Assert.Contains("ACTIVE", Codes.Values.SelectMany(codes => codes));
        Assert.Contains("auto_deactivation_legal_entity", Codes.Values.SelectMany(codes => codes));
        Assert.All(
            [
                """if (status == "ACTIVE")""", "WHERE status = 'ACTIVE'", """{"status":"ACTIVE"}""", """ "{\"status\":\"ACTIVE\"}" """,
                """private const string Active = "ACTIVE";""",
            ],
            line => Assert.NotEmpty(WrittenOut("A.cs", [line])));
        Assert.Empty(WrittenOut("A.cs", ["/// is 'ACTIVE'", """new("status is ACTIVE")""", "status = '{DivisionStatus.Active}'"]));

        Assert.Empty(
            from path in SourceTree.Files("src", "*.cs")
            from line in WrittenOut(path, File.ReadLines(SourceTree.PathOf(path)))
            select $"{path}: {line.Trim()}");
    }

    [Fact(DisplayName = "A class of codes holds nothing but distinct codes, and lists all of them if it lists any")]
    public void Declarations()
    {
        Assert.Empty(
            from declared in Codes
            where declared.Value.Distinct().Count() != declared.Value.Count
                || (AllOf(declared.Key) is { } all && !all.SequenceEqual(declared.Value))
            select declared.Key.FullName);
    }

    [Fact(DisplayName = "The codes that a body's schema allows for a status or type are declared ones")]
    public void Schemas()
    {
        var allowed = SourceTree.Files("src", "*.schema.json")
            .SelectMany(path => Allowed(JsonDocument.Parse(SourceTree.Read(path)).RootElement).Select(code => (Path: path, Code: code)))
            .ToList();
        Assert.Contains(allowed, it => it.Code == EmployeeStatus.EnteredInError);

        var declared = Codes.Values.SelectMany(codes => codes).ToHashSet();
        Assert.All(allowed, it => Assert.True(declared.Contains(it.Code), $"{it.Path}: {it.Code}"));
    }

    public static TheoryData<Type, string, string> Columns => new()
    {
        { typeof(AccessType), "clients", "access_type" },
        { typeof(BackgroundTaskStatus), "background_tasks", "status" },
        { typeof(CompositionStatus), "compositions", "status" },
        { typeof(ConsoleActionEndState), "console_actions", "end_state" },
        { typeof(ContractStatus), "contracts", "status" },
        { typeof(ContractType), "contracts", "type" },
        { typeof(DeclarationStatus), "declarations", "status" },
        { typeof(DivisionStatus), "divisions", "status" },
        { typeof(EmployeeRoleStatus), "employee_roles", "status" },
        { typeof(EmployeeStatus), "employees", "status" },
        { typeof(EmployeeType), "employees", "employee_type" },
        { typeof(EncounterStatus), "encounters", "status" },
        { typeof(EpisodeStatus), "episodes", "status" },
        { typeof(HealthcareServiceStatus), "healthcare_services", "status" },
        { typeof(IntegrationTaskStatus), "composition_integrations", "task_status" },
        { typeof(JobStatus), "async_jobs", "status" },
        { typeof(LegalEntityStatus), "legal_entities", "status" },
        { typeof(LegalEntityType), "legal_entities", "type" },
        { typeof(MailStatus), "mails", "status" },
        { typeof(PatientType), "encounters", "patient_type" },
        { typeof(PersonStatus), "persons", "status" },
        { typeof(PersonStatus), "prepersons", "status" },
        { typeof(SnapshotState), "bulk_generations", "state" },
        { typeof(VerificationStatus), "parties", "verification_status" },
    };

    [Theory(DisplayName = "The database, and so an import, allows the declared codes; where all are listed, no others")]
    [MemberData(nameof(Columns))]
    public async Task Constraints(Type codes, string table, string column)
    {
        var condition = await registry.Scalar<string>(
            """
            SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint
             WHERE conrelid = ('esoz.' || $1)::regclass AND contype = 'c' AND pg_get_expr(conbin, conrelid) LIKE '((' || $2 || ')::text = ANY %'
            """, table, column);
        var allowed = Quoted().Matches(condition).Select(match => match.Groups[1].Value).ToList();

        Assert.Subset(allowed.ToHashSet(), Codes[codes].ToHashSet());
        if (AllOf(codes) is { } all)
            Assert.Equal(allowed.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
    }

    private static readonly Dictionary<Type, IReadOnlyList<string>> Codes = (
            from assembly in new[] { typeof(JobTable), typeof(Methods), typeof(DemoSession), typeof(CommandLine) }.Select(it => it.Assembly)
            from type in assembly.GetTypes()
            where type is { IsAbstract: true, IsSealed: true }
                && (type.Namespace?.EndsWith(".Codes", StringComparison.Ordinal) == true || Named().IsMatch(type.Name))
            let codes = type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
                .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)
                .Where(code => Code().IsMatch(code)).ToList()
            where codes.Count > 0
            select (type, codes)
        ).ToDictionary(it => it.type, it => (IReadOnlyList<string>)it.codes);

    private static readonly Regex Literal = new(
        $"""(?<quote>'|\\?")({string.Join('|', Codes.Values.SelectMany(codes => codes).Distinct())})\k<quote>""");

    private static IEnumerable<string> WrittenOut(string path, IEnumerable<string> lines)
    {
        var declares = Codes.Keys.Any(type => type.Name == Path.GetFileNameWithoutExtension(path));
        return lines.Where(line => Literal.IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && !(declares && Declaration().IsMatch(line)));
    }

    private static IReadOnlyList<string>? AllOf(Type codes) => (IReadOnlyList<string>?)codes.GetProperty("All")?.GetValue(null);

    /// <summary>Values of <c>enum</c> and <c>const</c> of the members status and type.</summary>
    private static IEnumerable<string> Allowed(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(Allowed),
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(member =>
            member is { Name: "status" or "type", Value.ValueKind: JsonValueKind.Object } ? Values(member.Value).Concat(Allowed(member.Value))
                : Allowed(member.Value)),
        _ => [],
    };

    private static IEnumerable<string> Values(JsonElement schema) =>
        (schema.TryGetProperty("enum", out var values) ? values.EnumerateArray() : default)
        .Concat(schema.TryGetProperty("const", out var value) ? [value] : []).Select(code => code.ToString());

    [GeneratedRegex("(Status|Type|Reason|State|Category|Condition)$")]
    private static partial Regex Named();

    /// <summary>Not the SQL lists that are made of codes.</summary>
    [GeneratedRegex(@"^\w[\w ]*$")]
    private static partial Regex Code();

    [GeneratedRegex("""^\s*public const string \w+ = "[\w ]+";$""")]
    private static partial Regex Declaration();

    [GeneratedRegex("'([^']+)'::character varying")]
    private static partial Regex Quoted();
}
