using Esoz.BulkExport;
using Esoz.BulkExport.Snapshots;

namespace Esoz.Tests.BulkExport;

/// <summary>Exported data is decided column by column.</summary>
public sealed class BulkResourcesTests(Registry registry) : IClassFixture<Registry>
{
    [Theory(DisplayName =
        "Every column of the tables behind a resource is either published or withheld with a reason, and no other column is named")]
    [MemberData(nameof(Resources))]
    public async Task EqualsTheSchema(string name)
    {
        var resource = BulkResources.All.Single(resource => resource.Name == name);
        var decided = resource.Members.SelectMany(member => member.Columns).Concat(resource.Withheld.Select(withheld => withheld.Column))
            .Select(column => column.Contains('.', StringComparison.Ordinal) ? column : $"{resource.Tables[0]}.{column}");
        var live = await registry.Rows(
            "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'esoz' AND table_name = ANY($1)", (object)resource.Tables.ToArray());

        Assert.Equal(live.Select(row => (string)row["name"]!).Order(StringComparer.Ordinal), decided.Order(StringComparer.Ordinal));
        Assert.All(resource.Withheld, withheld => Assert.NotEmpty(withheld.Because));
    }

    [Theory(DisplayName = "Every member that shows a column as it is has the type of the column")]
    [MemberData(nameof(Resources))]
    public async Task HasTheTypesOfTheSchema(string name)
    {
        var resource = BulkResources.All.Single(resource => resource.Name == name);
        foreach (var member in resource.Members.Where(member => member.Expression is null))
        {
            if (member.Columns is not [var shown])
                continue;
            var column = shown.Split('.');
            var type = await registry.Scalar<string>(
                "SELECT data_type FROM information_schema.columns WHERE table_schema = 'esoz' AND table_name = $1 AND column_name = $2",
                column.Length == 2 ? column[0] : resource.Tables[0], column[^1]);
            Assert.Contains(type, Types(member.Type));
        }
    }

    [Theory(DisplayName = "Every resource has a schedule of its own and a name and members that occur once")]
    [MemberData(nameof(Resources))]
    public void IsSound(string name)
    {
        var resource = BulkResources.All.Single(resource => resource.Name == name);
        Assert.Contains(resource.ScheduleKey, registry.Settings.Bulk.BuildSchedules.Keys);
        Assert.Single(BulkResources.All, other => other.ScheduleKey == resource.ScheduleKey);
        Assert.Distinct(resource.Members.Select(member => member.Name));
    }

    public static TheoryData<string> Resources() => [.. BulkResources.All.Select(resource => resource.Name)];

    private static string[] Types(MemberType type) => type switch
    {
        MemberType.Uuid => ["uuid"],
        MemberType.Text => ["character varying", "text"],
        MemberType.Number => ["integer", "bigint"],
        MemberType.Flag => ["boolean"],
        MemberType.Day => ["date"],
        MemberType.Instant => ["timestamp with time zone"],
        MemberType.Json => ["json", "jsonb"],
    };
}
