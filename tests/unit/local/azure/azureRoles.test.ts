/** The simulated Azure has every role that the programs assign. */
import { ciRoles } from "../../../../bootstrap/ciRoles.ts";
import { dataRoles } from "../../../../components/appIdentity/dataRoles.ts";
import { roles as componentRoles } from "../../../../components/azure/builtInRoles.ts";
import { findRole } from "../../../../local/azure/azureRoles.ts";

it.each(Object.entries(dataRoles))("has the data role %s", (name, { id }) => {
  expect(findRole(id)).toMatchObject({ name, dataActions: expect.arrayContaining([expect.any(String)]) as string[] });
});

it.each(Object.entries({ ...componentRoles, ...ciRoles }))("has the role %s", (_, id) => {
  expect(findRole(id)).toBeDefined();
});
