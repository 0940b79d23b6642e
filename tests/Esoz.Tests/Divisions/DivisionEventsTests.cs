namespace Esoz.Tests.Divisions;

/// <summary>Events of divisions (platform §14): no method changes <c>dls_verified</c>, an import does.</summary>
public sealed class DivisionEventsTests(Registry registry) : IClassFixture<Registry>
{
    [Fact(DisplayName = "A change of dls_verified leaves a StatusChangeEvent and an audit row, a change of another column no event")]
    public async Task DlsVerified()
    {
        var division = await registry.Given.Division(await registry.Given.LegalEntity());
        var author = Guid.NewGuid();

        await registry.Execute("UPDATE divisions SET name = 'Інша назва', status = 'INACTIVE' WHERE id = $1", division);
        await registry.Execute("UPDATE divisions SET dls_verified = true, updated_by = $2 WHERE id = $1", division, author);
        await registry.Execute("UPDATE divisions SET dls_verified = true WHERE id = $1", division);

        var change = Assert.Single(await registry.Rows(
            "SELECT event_type, entity_type, properties::text AS properties, changed_by FROM events WHERE entity_id = $1", division));
        Assert.Equal(("StatusChangeEvent", "Division", """{"dls_verified": {"new_value": true}}""", author),
            (change["event_type"], change["entity_type"], change["properties"], change["changed_by"]));
        Assert.Equal(1, await registry.Scalar<long>(
            "SELECT count(*) FROM audit_log WHERE resource_id = $1::text AND changeset ->> 'dls_verified' = 'true'", division));
    }
}
